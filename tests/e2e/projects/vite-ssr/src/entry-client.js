console.log("client")
